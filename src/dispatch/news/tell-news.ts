import * as z from 'zod'
import { requireSettings } from '../../env.ts'
import { MINUTE_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import { tellOrganisers } from '../../notices/tell-organisers.ts'
import { dispatchRegistryOf } from '../../objects.ts'
import { type Address, normaliseAddress } from '../../security/address.ts'
import type { Keyring } from '../../security/keyring.ts'
import { sealed } from '../../security/sealed.ts'
import { type DispatchRequest, ENDED_PHASES } from '../dispatch-request.ts'
import type { DispatchStorage } from '../dispatch-storage.ts'
import type { StatePropagation } from '../state-propagation.ts'
import { newsDue } from './news.ts'
import { newsMail } from './news-mail.ts'

/** Milliseconds until a mail that could not be queued is tried again; for a day, then it is no news. */
const AGAIN_MS = MINUTE_MS

const sealedAddresses = sealed('notify', z.array(z.string()))

/** Seals the addresses of a request's `notify` for its dispatch. */
export const sealNotify = (keys: Keyring, id: string, addresses: readonly string[]): Promise<string> =>
  sealedAddresses.text(keys, id, [...addresses])

async function openNotify(keys: Keyring, { id, notify }: DispatchRequest): Promise<Address[]> {
  const opened = notify === undefined ? null : await sealedAddresses.open(keys, id, notify)
  return (opened ?? []).flatMap((text) => {
    const read = normaliseAddress(text)
    return read.ok ? [read.value] : []
  })
}

type Telling = { env: Env; storage: DispatchStorage; state: StatePropagation }

/**
 * Queues the mails about news of a dispatch, each once, and deletes the addresses of its request after its end. Returns when to try
 * again (epoch ms), or null. Never throws: a mail to organisers must not stop a dispatch.
 */
export async function tellNews({ env, storage, state }: Telling): Promise<number | null> {
  try {
    const request = storage.request()
    for (const news of newsDue(request, storage.state(), storage.queuedNews(), Date.now())) {
      const settings = await requireSettings(env)
      const addresses = new Set([...(await openNotify(settings.keys, request)), ...settings.notify])
      if (addresses.size > 0)
        await tellOrganisers(env, settings, [...addresses], newsMail(settings.publicUrl, news, await state.view()))
      storage.saveQueuedNews({ ...storage.queuedNews(), [news.kind]: news.at })
    }
    if (request.notify !== undefined && ENDED_PHASES.has(storage.state().state)) {
      await dispatchRegistryOf(env).forget(request.id, 'notify')
      storage.forgetNotify()
    }
    return null
  } catch (error) {
    console.error('dispatch', 'news not queued:', errorMessage(error))
    return Date.now() + AGAIN_MS
  }
}
