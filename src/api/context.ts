import type { Context } from 'hono'
import type { Settings } from '../env.ts'
import type { ApiToken } from '../security/bearer.ts'
import type { Actor } from '../use-cases/actor.ts'

/** Bindings and variables of Hono's context in every handler of the API. */
export type Api = { Bindings: Env; Variables: { settings: Settings; token: ApiToken } }
export type ApiContext = Context<Api>

/** Builds the response of one operation. */
export type Handler = (c: ApiContext) => Response | Promise<Response>

export const actorOf = (c: ApiContext): Actor => ({ kind: 'token', name: c.var.token.name })

/** A named part of the path; '' where the operation's path has no such name. */
export const param = (c: ApiContext, name: string): string => c.req.param(name) ?? ''
