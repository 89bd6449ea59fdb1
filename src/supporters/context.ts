import type { Here } from '../web/responses.tsx'
import { liveDeps } from './runtime-deps.ts'

export const depsOf = (c: Here) => liveDeps(c.env, c.var.settings)
