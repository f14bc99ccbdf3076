import { sideBySide } from "./suite.js";

sideBySide(1);
