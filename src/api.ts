/** Typed contracts: what a server offers, told to the compiler. Nothing here exists at run time. */

/** The methods and topics of a server. An interface or a type with these keys fits; a half that is missing is as without a contract. */
export interface Api {
  methods?: object;
  topics?: object;
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

/** A half of a contract, or that of no contract. */
type Half<A extends Api, Key extends keyof AnyApi> = A extends { [K in Key]: infer Named extends object } ? Named : AnyApi[Key];

export type MethodName<A extends Api> = keyof Half<A, "methods"> & string;
export type TopicName<A extends Api> = keyof Half<A, "topics"> & string;
/** A method of a contract, by its name. */
export type MethodOf<A extends Api, M extends MethodName<A>> = Half<A, "methods">[M];
/** What is published on a topic of a contract. */
export type PayloadOf<A extends Api, T extends TopicName<A>> = Half<A, "topics">[T];

/** The positional arguments of a method of a contract. */
export type ArgsOf<M> = M extends (...args: infer Args) => unknown ? Args : M extends { args: infer Args extends readonly unknown[] } ? Args : never;
/** The keyword arguments of a method of a contract. */
export type KwargsOf<M> = M extends (...args: never[]) => unknown ? Record<string, unknown> : M extends { kwargs: infer Kwargs extends object } ? Kwargs : never;
/** What a call of a method of a contract resolves to. */
export type ResultOf<M> = M extends (...args: never[]) => infer Result ? Awaited<Result> : M extends { result: infer Result } ? Result : never;

/** The names of a call's options do not stand among keyword arguments, where a slip of the place would put them, but where the method names them itself. */
type Misplaced<Options, Named> = { readonly [Name in Exclude<keyof Options, Named>]?: never };
/** The keyword arguments of a call. Without a contract any name may stand there. */
type CallKwargs<M, Options> = M extends (...args: infer Args) => unknown
  ? unknown[] extends Args
    ? KwargsOf<M>
    : KwargsOf<M> & Misplaced<Options, never>
  : KwargsOf<M> & Misplaced<Options, keyof KwargsOf<M>>;

/** What follows the method's name in a call: what the contract demands cannot be left out. */
export type CallParameters<M, Options> =
  {} extends KwargsOf<M>
    ? [] extends ArgsOf<M>
      ? [args?: Readonly<ArgsOf<M>>, kwargs?: CallKwargs<M, Options>, options?: Options]
      : [args: Readonly<ArgsOf<M>>, kwargs?: CallKwargs<M, Options>, options?: Options]
    : [args: Readonly<ArgsOf<M>>, kwargs: CallKwargs<M, Options>, options?: Options];

/** The methods that can be called with positional arguments alone. */
export type PositionalName<A extends Api> = { [M in MethodName<A>]: {} extends KwargsOf<MethodOf<A, M>> ? M : never }[MethodName<A>];

/** What `session.methods({ add: "myprotocol.add" })` gives: functions of the positional arguments. */
export type MethodsOf<A extends Api, Names extends Record<string, PositionalName<A>>> = {
  readonly [K in keyof Names]: (...args: Readonly<ArgsOf<MethodOf<A, Names[K]>>> & readonly unknown[]) => Promise<ResultOf<MethodOf<A, Names[K]>>>;
};
