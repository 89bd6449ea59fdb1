import { laneInPlace } from '../dispatch/lane/lane-place.ts'
import { campaignActionsOf, confirmationQueueOf, dispatchOf, importOf, laneOf, mailboxQueueOf } from '../objects.ts'
import type { ListedKind } from './place-table.ts'

/** Whom to look for. `mailbox`: fingerprint of the mailbox; empty when it is not known. */
export type SoughtPerson = { fingerprint: string; mailbox: string }

/** How one kind of place is searched. `name` is the object's name. */
type KindOfPlace = {
  /** Deletes what is stored about a person. False when something can only be deleted later: the caller must ask again. */
  erase(env: Env, name: string, person: SoughtPerson): Promise<boolean>
  /** What is stored about a person, as JSON; null when nothing is. */
  find(env: Env, name: string, person: SoughtPerson): Promise<string | null>
}

/** A kind in the list. `wake` repairs a lost alarm, and returns whether the object still stores anything. */
type ListedKindOfPlace = KindOfPlace & { wake(env: Env, name: string): Promise<boolean> }

/** The lane in which a person of a dispatch would be. */
function laneFor(env: Env, place: string, fingerprint: string) {
  const { dispatch, lane } = laneInPlace(place, fingerprint)
  return laneOf(env, dispatch, lane)
}

/** The kinds of places in the list, and how each is searched by fingerprint. */
export const LISTED_PLACES: Record<ListedKind, ListedKindOfPlace> = {
  campaign: {
    erase: (env, slug, { fingerprint }) => campaignActionsOf(env, slug).erase(fingerprint),
    find: async (env, slug, { fingerprint }) => {
      const kept = await campaignActionsOf(env, slug).findPersonalData(fingerprint)
      return kept === null ? null : JSON.stringify(kept)
    },
    wake: (env, slug) => campaignActionsOf(env, slug).wake(),
  },
  dispatch: {
    erase: (env, place, { fingerprint }) => laneFor(env, place, fingerprint).erase(fingerprint),
    find: (env, place, { fingerprint }) => laneFor(env, place, fingerprint).findPerson(fingerprint),
    wake: (env, place) => dispatchOf(env, laneInPlace(place, '0').dispatch).wakeEnded(true),
  },
  import: {
    erase: (env, id, { fingerprint }) => importOf(env, id).erase(fingerprint),
    find: (env, id, { fingerprint }) => importOf(env, id).findPerson(fingerprint),
    wake: (env, id) => importOf(env, id).wake(),
  },
}

/** Places that are named by the person's mailbox, so that they need no list. */
export const MAILBOX_PLACE: KindOfPlace = {
  erase: async (env, mailbox, { fingerprint }) => {
    await mailboxQueueOf(env, mailbox).search(fingerprint, 'erase')
    await confirmationQueueOf(env).erase(mailbox)
    return true
  },
  find: (env, mailbox, { fingerprint }) => mailboxQueueOf(env, mailbox).search(fingerprint, 'find'),
}
