import { defined } from '../../kit/defined.ts'
import type { Proof } from '../../supporter-list/store.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import { currentRecord } from '../current-record.ts'
import type { FoundElsewhere, PersonPrints, SupporterDeps } from '../supporter-deps.ts'

/** Everything stored about one person. Times are ISO 8601. */
export type PersonalData = {
  fingerprint: string
  supporter:
    | (Omit<Supporter, 'since' | 'consent'> & { since: string; consent: { wording: string; at: string; via: string } })
    | null
  suppression: { reason?: string; since?: string; pausedUntil?: string; noConfirmationsUntil?: string }
  proofOfConsent: { wording: string; at: string; via: string; since: string; left: string } | null
  letters: Array<{ campaign: string; kept: object }> // what campaigns store about their letters
  /** Imports in which they wait, what became of appeals to them, mails that wait for them. */
  elsewhere?: Array<FoundElsewhere & { kind: 'dispatch' | 'import' | 'mailbox' }>
}

/** Reads everything stored about a person, for access and portability requests (GDPR articles 15 and 20). */
export async function readPersonalData(deps: SupporterDeps, person: PersonPrints): Promise<PersonalData> {
  const { fingerprint, mailbox } = person
  const status = await deps.suppression.status(fingerprint, mailbox === '' ? undefined : mailbox)
  const { reason, since, pausedUntil, noMoreUntil } = status
  const [supporter, proof, found] = await Promise.all([
    currentRecord(deps, fingerprint, status),
    deps.store.getProof(fingerprint),
    deps.elsewhere.find(person),
  ])
  const elsewhere = found.flatMap(({ kind, ...one }) => (kind === 'campaign' ? [] : [{ kind, ...one }]))
  return {
    fingerprint,
    supporter: supporter && { ...supporter, since: iso(supporter.since), consent: consentOf(supporter.consent) },
    suppression: {
      ...defined({ reason }),
      ...(since !== undefined && { since: iso(since) }),
      ...(pausedUntil !== undefined && { pausedUntil: iso(pausedUntil) }),
      ...(noMoreUntil !== undefined && { noConfirmationsUntil: iso(noMoreUntil) }),
    },
    proofOfConsent: proof && { ...consentOf(proof), since: iso(proof.since), left: iso(proof.left) },
    letters: found.flatMap(({ kind, name, kept }) => (kind === 'campaign' ? [{ campaign: name, kept }] : [])),
    ...(elsewhere.length > 0 && { elsewhere }),
  }
}

const iso = (instant: number): string => new Date(instant).toISOString()
const consentOf = ({ wording, at, via }: Pick<Proof, 'wording' | 'at' | 'via'>) => ({ wording, at: iso(at), via })
