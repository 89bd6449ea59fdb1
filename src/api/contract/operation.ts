import type * as z from 'zod'
import type { Scope } from '../../security/bearer.ts'

/** A successful answer: JSON that matches `schema`, or a file or stream of one of the `media` types. */
export type OperationAnswer = {
  description: string
  schema?: z.ZodType
  media?: readonly string[]
  /** Names of response headers that carry information for the client. */
  headers?: readonly string[]
}

/** One operation of the API. Routes, scope checks, the OpenAPI document and the client's types are built from this table. */
export type Operation = {
  method: 'get' | 'post' | 'put'
  path: `/api/${string}`
  /** Scope that the token must have; null: no token is needed. */
  scope: Scope | null
  summary: string
  query?: z.ZodObject
  /** Request headers by name, with their descriptions. */
  headers?: Readonly<Record<string, string>>
  body?: z.ZodType
  /** Media types of the request body, where the body is a file. */
  file?: readonly string[]
  answers: Readonly<Record<number, OperationAnswer>>
  /** Problems (RFC 9457) by status, besides TOKEN_ERRORS. */
  errors: Readonly<Record<number, string>>
}

/** Type of the JSON that a handler passes to `respond` for operation O and status S. */
export type AnswerJson<O extends Operation, S extends keyof O['answers']> = O['answers'][S] extends {
  schema: infer T extends z.ZodType
}
  ? z.input<T>
  : never

/** Problems of operations with a JSON body, by status. */
export const BODY_ERRORS = {
  400: 'The body is not JSON in UTF-8.',
  413: 'The body is too large.',
  422: 'A field of the body is missing or not valid.',
} as const

/** Problems of every operation that needs a token, by status. */
export const TOKEN_ERRORS = {
  401: 'The token is missing or not valid.',
  403: 'The token lacks the scope.',
} as const
