import { contract } from "./suite.js";

contract("mock v1");
