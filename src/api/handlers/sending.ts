import { dispatchRegistryOf } from '../../objects.ts'
import { actorOf, type Handler } from '../context.ts'
import { SENDING_OPERATIONS as OPERATIONS } from '../contract/sending-operations.ts'
import { respond } from '../respond.ts'

export const sendingHandlers = {
  async stopSending(c) {
    const { stopped, ...result } = await dispatchRegistryOf(c.env).stop(actorOf(c).name)
    const since = { at: new Date(stopped.at).toISOString(), by: stopped.by }
    return respond(c, OPERATIONS.stopSending, 200, { stopped: since, ...result })
  },

  async goOnSending(c) {
    return respond(c, OPERATIONS.goOnSending, 200, await dispatchRegistryOf(c.env).goOn())
  },
} satisfies Record<keyof typeof OPERATIONS, Handler>
