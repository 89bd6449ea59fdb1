import type { ApiContext } from './context.ts'
import type { AnswerJson, Operation } from './contract/operation.ts'

/** A JSON response. The compiler checks `json` against the operation's schema for this status. */
export const respond = <O extends Operation, S extends keyof O['answers'] & (200 | 201 | 202)>(
  c: ApiContext,
  _operation: O,
  status: S,
  json: AnswerJson<O, S>,
  headers: Record<string, string> = {},
): Response => c.body(JSON.stringify(json), status, { 'content-type': 'application/json', ...headers })
