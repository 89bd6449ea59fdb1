import { liveDeps } from './live.ts'
import type { Here } from './routes-answers.tsx'

export const depsOf = (c: Here) => liveDeps(c.env, c.var.settings)
