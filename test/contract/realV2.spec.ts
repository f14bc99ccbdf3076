import { contract } from "./suite.js";

contract("real v2");
