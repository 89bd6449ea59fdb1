import type * as z from 'zod'
import type { Scope } from '../../security/bearer.ts'

/** An answer that is not an error: JSON by `schema`, or a file or stream of one of the `media` types. */
export type OperationAnswer = {
  description: string
  schema?: z.ZodType
  media?: readonly string[]
  /** Header fields that a client may want to read. */
  headers?: readonly string[]
}

/** One operation of the API. Routes, checks of scopes, OpenAPI and the types of the client are made from it. */
export type Operation = {
  method: 'get' | 'post' | 'put'
  path: `/api/${string}`
  /** Null: needs no token. */
  scope: Scope | null
  summary: string
  query?: z.ZodObject
  /** Request header fields by name, with what they mean. */
  headers?: Readonly<Record<string, string>>
  body?: z.ZodType
  /** Media types of a body that is a file. */
  file?: readonly string[]
  answers: Readonly<Record<number, OperationAnswer>>
  /** Problems (RFC 9457) by status, besides those that every operation may answer. */
  errors: Readonly<Record<number, string>>
}

/** The JSON of one answer, as a handler gives it. */
export type AnswerJson<O extends Operation, S extends keyof O['answers']> = O['answers'][S] extends {
  schema: infer T extends z.ZodType
}
  ? z.input<T>
  : never

/** Errors of operations that read JSON. */
export const BODY_ERRORS = {
  400: 'The body is not JSON in UTF-8.',
  413: 'The body is too large.',
  422: 'A field of the body is missing or not valid.',
} as const

/** Errors of every operation that needs a token. */
export const TOKEN_ERRORS = {
  401: 'The token is missing or not valid.',
  403: 'The token does not have the scope.',
} as const
