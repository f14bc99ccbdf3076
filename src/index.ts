/** wslink-rx: a session on a wslink server. The public names, and nothing else. */
export type { AnyApi, Api, ArgsOf, CallParameters, KwargsOf, Method, MethodName, MethodOf, MethodsOf, PayloadOf, PositionalName, ResultOf, TopicName } from "./api.js";
export type { CallOptions } from "./calls/call.js";
export type { Clock } from "./clock.js";
export { conflateMap } from "./conflateMap.js";
export { connect } from "./connect.js";
export type { Progress } from "./progress.js";
export type { WireEvent } from "./connection/traffic.js";
export {
  type AnyWslinkError,
  AuthenticationError,
  CallTimeoutError,
  ConnectionError,
  type ConnectionFailure,
  type ConnectionStage,
  isWslinkError,
  LimitError,
  ProtocolError,
  RpcCode,
  RpcError,
  WslinkError,
  type WslinkErrorKind,
} from "./errors.js";
export { fetchSession, type LaunchedSession, launch, stopSession } from "./launcher.js";
export type { LauncherOptions, LaunchOptions, SessionAtLauncherOptions } from "./launcherOptions.js";
export { launchOnDemand, type LaunchOnDemandOptions } from "./launchOnDemand.js";
export type { StartInfo } from "./topics/feed.js";
export type { Connected, SessionState } from "./state.js";
export type { AttemptInfo, LivenessOptions, LogEntry, SessionOptions } from "./options.js";
export type { RetryAttempt, RetryOptions, RetryPolicy } from "./retry.js";
export { Session, type TopicOptions } from "./session.js";
export type { SessionStats, TrafficStats } from "./stats.js";
export type { TopicStats } from "./topics/topics.js";
export type { WebSocketLike } from "./transport/webSocket.js";
export type { Limits } from "./wire/limits.js";
export type { Protocol } from "./wire/message.js";
