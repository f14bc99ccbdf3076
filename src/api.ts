/** Typed contracts: what a server offers, told to the compiler. Nothing here exists at run time. */

/** The methods and topics of a server. An interface or a type with these two keys fits. */
export interface Api {
  methods: object;
  topics: object;
}

/** The contract of a session without one: any method, any topic. */
export interface AnyApi {
  // biome-ignore lint/suspicious/noExplicitAny: who writes no contract is not held up by types
  methods: Record<string, (...args: any[]) => any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  topics: Record<string, any>;
}

/** A method of a contract that has keyword arguments; one without may be a plain function type. */
export interface Method<Args extends readonly unknown[] = [], Kwargs extends object = {}, Result = unknown> {
  args: Args;
  kwargs: Kwargs;
  result: Result;
}

export type MethodName<A extends Api> = keyof A["methods"] & string;
export type TopicName<A extends Api> = keyof A["topics"] & string;

/** The positional arguments of a method of a contract. */
export type ArgsOf<M> = M extends (...args: infer Args) => unknown ? Args : M extends { args: infer Args extends readonly unknown[] } ? Args : never;
/** The keyword arguments of a method of a contract. */
export type KwargsOf<M> = M extends (...args: never[]) => unknown ? Record<string, unknown> : M extends { kwargs: infer Kwargs extends object } ? Kwargs : never;
/** What a call of a method of a contract resolves to. */
export type ResultOf<M> = M extends (...args: never[]) => infer Result ? Awaited<Result> : M extends { result: infer Result } ? Result : never;

/** What follows the method's name in a call: what the contract demands cannot be left out. */
export type CallParameters<M, Options> =
  {} extends KwargsOf<M>
    ? [] extends ArgsOf<M>
      ? [args?: Readonly<ArgsOf<M>>, kwargs?: KwargsOf<M>, options?: Options]
      : [args: Readonly<ArgsOf<M>>, kwargs?: KwargsOf<M>, options?: Options]
    : [args: Readonly<ArgsOf<M>>, kwargs: KwargsOf<M>, options?: Options];

/** What `session.methods({ add: "myprotocol.add" })` gives: functions of the positional arguments. */
export type MethodsOf<A extends Api, Names extends Record<string, MethodName<A>>> = {
  readonly [K in keyof Names]: (...args: Readonly<ArgsOf<A["methods"][Names[K]]>> & readonly unknown[]) => Promise<ResultOf<A["methods"][Names[K]]>>;
};
