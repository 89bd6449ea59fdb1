import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { paths } from './api-types.gen.ts'

/** Types of calls, derived from the generated types of the OpenAPI document. */

export type Method = 'get' | 'post' | 'put'
/** Paths with an operation of this method. */
export type PathsWith<M extends Method> = {
  [P in keyof paths]: M extends DefinedKeys<paths[P]> ? P : never
}[keyof paths]
type DefinedKeys<T> = { [K in keyof T]-?: T[K] extends undefined ? never : K }[keyof T]

export type OperationAt<M extends Method, P extends keyof paths> = NonNullable<paths[P][M]>

/** T with plain strings for enumerations, since the API validates them, and with undefined for options that are left out. */
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

/** Query parameters as strings or numbers; undefined ones are left out. */
type QueryOf<T> = T extends object ? { [K in keyof T]: string | number | undefined } : never

/** Options of a call of operation O: names in the path, query, headers and body. */
export type CallOptions<O> = AsTyped<Pick<ParametersOf<O>, keyof ParametersOf<O> & ('path' | 'header')>> & {
  query?: QueryOf<ParametersOf<O> extends { query?: infer Q } ? NonNullable<Q> : never>
} & BodyOf<O>

type Success = 200 | 201 | 202
type JsonAt<R, S extends keyof R> = R[S] extends { content: { 'application/json': infer J } } ? J : undefined
/** A successful answer of operation O: status, JSON and headers, one form for each status. */
export type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R & Success]: { status: S; json: JsonAt<R, S>; headers: IncomingHttpHeaders } }[keyof R & Success]
  : never
