import { requireSettings } from '../env.ts'
import { errorMessage } from '../kit/result.ts'
import { raiseNotice } from '../notices/raise-notice.ts'
import { storeEvents } from './deliver-to-inbox.ts'
import { readQueueMessage } from './providers/cloudflare.ts'

/**
 * Handles a batch of Cloudflare's event queue, to which only the account can write. Messages that cannot be stored are retried; those
 * that cannot be read are noticed.
 */
export async function onQueue(batch: MessageBatch, env: Env): Promise<void> {
  const settings = await requireSettings(env)
  for (const message of batch.messages) {
    try {
      const now = Date.now()
      await storeEvents(env, settings, 'cloudflare', readQueueMessage(message.body, now), now)
      message.ack()
    } catch (error) {
      console.error('event queue', errorMessage(error))
      message.retry()
      await raiseNotice(env, { kind: 'events-not-stored', subject: 'cloudflare' })
    }
  }
}
