import type { Bindings } from '../dispatch/bindings.ts'
import type { Import } from './import.ts'

/** `Bindings` stands before this folder in the import order and cannot know the class. */
const namespaceOf = (env: Bindings) => env.IMPORT as unknown as DurableObjectNamespace<Import>

/** One per import, by its id. */
export const importOf = (env: Bindings, id: string) => namespaceOf(env).getByName(id)

/** One object: who brought in or took out a list, and when. The name is its for ever. */
export const transfersOf = (env: Bindings) => namespaceOf(env).getByName('transfers')
