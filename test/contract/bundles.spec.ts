import { contract } from "./suite.js";

/** A bit of everything: the code is the same in each build. */
const some = (behaviour: string): boolean => /^(handshake: (finds|a wrong secret)|calls: |values: .*go out|subscribers: )/.test(behaviour);

contract("real v2", "standalone", some);
contract("real v1", "umd", some);
contract("real v2", "umd, rxjs outside", some);
