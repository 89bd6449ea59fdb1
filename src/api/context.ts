import type { Context } from 'hono'
import type { Settings } from '../env.ts'
import type { ApiToken } from '../security/bearer.ts'
import type { Actor } from '../use-cases/actor.ts'

/** What the API's handlers find in their context. */
export type Api = { Bindings: Env; Variables: { settings: Settings; token: ApiToken } }
export type ApiContext = Context<Api>

/** Makes the answer of one operation. */
export type Handler = (c: ApiContext) => Response | Promise<Response>

export const actorOf = (c: ApiContext): Actor => ({ kind: 'token', name: c.var.token.name })

/** A part of the path. The table has it, so it is there. */
export const param = (c: ApiContext, name: string): string => c.req.param(name) ?? ''
