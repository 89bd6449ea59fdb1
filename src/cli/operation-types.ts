import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { paths } from './api-types.gen.ts'

/** Types of calls, read out of the generated types of the OpenAPI document. */

export type Method = 'get' | 'post' | 'put'
/** Paths that have an operation of this method. */
export type PathsWith<M extends Method> = {
  [P in keyof paths]: M extends DefinedKeys<paths[P]> ? P : never
}[keyof paths]
type DefinedKeys<T> = { [K in keyof T]-?: T[K] extends undefined ? never : K }[keyof T]

export type OperationAt<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>

/** As people type it: the API refuses a word that it does not know, and an option that is undefined is left out. */
type AsTyped<T> = T extends string
  ? string
  : T extends ReadonlyArray<infer U>
    ? Array<AsTyped<U>>
    : T extends object
      ? { [K in keyof T]: AsTyped<T[K]> | (Record<never, never> extends Pick<T, K> ? undefined : never) }
      : T

type ParametersOf<O> = O extends { parameters: infer P } ? P : never
type BodyOf<O> = O extends { requestBody: { content: infer C } }
  ? C extends { 'application/json': infer J }
    ? { json: AsTyped<J> }
    : { file: { type: keyof C & string; stream: Readable } }
  : { json?: never; file?: never }

/** Values of a query as they are typed. */
type QueryOf<T> = T extends object ? { [K in keyof T]: string | number | undefined } : never

/** What a call of an operation takes: the names in its path, its query, headers and body. */
export type CallOptions<O> = AsTyped<Pick<ParametersOf<O>, keyof ParametersOf<O> & ('path' | 'header')>> & {
  query?: QueryOf<ParametersOf<O> extends { query?: infer Q } ? NonNullable<Q> : never>
} & BodyOf<O>

type Success = 200 | 201 | 202
type JsonAt<R, S extends keyof R> = R[S] extends { content: { 'application/json': infer J } } ? J : undefined
/** What it answers, by status. */
export type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R & Success]: { status: S; json: JsonAt<R, S>; headers: IncomingHttpHeaders } }[keyof R & Success]
  : never
