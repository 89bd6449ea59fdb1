import { clientIpOf, type SiteContext } from '../web/responses.tsx'
import { runtimeDeps } from './runtime-deps.ts'

export const depsOf = (c: SiteContext) => runtimeDeps(c.env, c.var.settings, Date.now(), clientIpOf(c))
