import { SetupError, say } from "./command.mjs";

/** How long a script may go on when its work is done, in milliseconds. */
const GRACE_MS = 10_000;

/** Runs a script of package.json. What the machine lacks is told in one line. @param {() => Promise<boolean>} work was all well? */
export async function main(work) {
  try {
    if (!(await work())) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
  // whatever a browser or a library has left open: what is done has been counted, and is not to end as a timeout
  setTimeout(() => {
    say(`done, though this is still open: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit();
  }, GRACE_MS).unref();
}
