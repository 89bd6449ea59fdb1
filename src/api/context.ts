import type { Settings } from '../env.ts'
import type { ApiToken } from '../security/bearer.ts'

/** What the API's handlers find in their context. */
export type Api = { Bindings: Env; Variables: { settings: Settings; token: ApiToken } }
