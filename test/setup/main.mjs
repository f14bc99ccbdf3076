import { SetupError, say } from "./command.mjs";

/** Runs a script of package.json. What the machine lacks is told in one line. @param {() => Promise<boolean>} work was all well? */
export async function main(work) {
  try {
    if (!(await work())) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
  // Not left to the end of the event loop: a browser or a library may keep it going, and after it Node closes its handles one by one, for ever
  // where one never says that it is closed (seen after ten minutes of a soak's cut sockets). All that was printed is out first.
  process.stdout.write("", () => process.exit());
}
