/** wslink-rx/testing: a wslink server in memory, for tests of an app. The public names, and nothing else. */
export type { NewReply, Reply, ReplyError } from "./dispatcher.js";
export type { Fault, FaultType, OutgoingMessage } from "./faults.js";
export type { ClientEnd, MockClient, Received } from "./mockClient.js";
export { type Handler, MockServer, type PublishTo } from "./mockServer.js";
export { type Recordable, type RecordableEvent, type Recording, record, type RecordOptions } from "./record.js";
export type { MockLogEntry, MockServerOptions, StopOptions } from "./options.js";
export type { Undo } from "./undo.js";
