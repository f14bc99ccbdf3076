import { behaviours } from "./behaviours.js";
import { contract } from "./suite.js";

/** A bit of everything: the code is the same in each build. */
const list = behaviours.filter(({ name }) => /^(handshake: (finds|a wrong secret)|calls: |values: .*go out|subscribers: )/.test(name));

contract("real v2", { library: "standalone", list });
contract("real v1", { library: "umd", list });
contract("real v2", { library: "umd, rxjs outside", list });
