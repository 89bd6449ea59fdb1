import type { Bindings } from '../dispatch/bindings.ts'
import type { Actions } from './actions.ts'

/** One per campaign. `Bindings` stands before this folder in the import order and cannot know the class. */
export const actionsOf = (env: Bindings, slug: string): DurableObjectStub<Actions> =>
  (env.ACTIONS as unknown as DurableObjectNamespace<Actions>).getByName(slug)
