import * as z from 'zod'
import { defined } from '../../kit/defined.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { sealRecord } from '../../supporter-list/store.ts'
import type { Supporter } from '../../supporter-list/supporter.ts'
import type { SuppressionReason } from '../../suppression/suppression-rules.ts'
import { countryField, type FormFields, faultsOf, localesAmong, nameField } from '../../web/fields.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { currentRecord } from '../current-record.ts'
import type { SupporterDeps } from '../supporter-deps.ts'
import { topics } from '../topics-field.ts'

/** Maximum milliseconds of a pause. A person who wants a longer one should unsubscribe. */
export const MAX_PAUSE_MS = 366 * DAY_MS

/**
 * A supporter's record, pause, and until when the mailbox gets no confirmations (epoch ms). `gone`: not a supporter. `erased`: no
 * proof of consent is stored either. `never`: no suppression says that they were one. `proof`: a proof of consent is stored.
 */
export type Preferences = { noMoreUntil?: number } & (
  | { kind: 'shown'; supporter: Supporter; pausedUntil?: number }
  | GonePreferences
)
export type GonePreferences = { kind: 'gone'; erased: boolean; never?: true; proof?: true }

export async function preferencesOf(deps: SupporterDeps, fingerprint: string, mailbox?: string): Promise<Preferences> {
  const status = await deps.suppression.status(fingerprint, mailbox)
  const { reason, erasedAt, pausedUntil, noMoreUntil } = status
  const supporter = reason === undefined ? await currentRecord(deps, fingerprint, status) : null
  const stop = defined({ noMoreUntil })
  if (supporter === null)
    return { kind: 'gone', ...(await howGone(deps, fingerprint, reason, erasedAt !== undefined)), ...stop }
  return { kind: 'shown', supporter, ...defined({ pausedUntil }), ...stop }
}

async function howGone(
  deps: SupporterDeps,
  fingerprint: string,
  reason: SuppressionReason | undefined,
  isErased: boolean,
) {
  if (reason === undefined) return { erased: false, never: true as const }
  if (isErased) return { erased: true }
  const proof = await deps.store.getProof(fingerprint)
  return { erased: false, ...(proof !== null && { proof: true as const }) }
}

type PreferencesChange = Preferences | { kind: 'refused'; faults: FormError[]; current: Preferences }

/**
 * Replaces languages, topics and country, sets or ends the pause, and replaces the name if the form has one: older forms lack it. Address
 * and consent do not change.
 */
export async function changePreferences(
  deps: SupporterDeps,
  fingerprint: string,
  fields: FormFields,
  mailbox?: string,
): Promise<PreferencesChange> {
  const before = await preferencesOf(deps, fingerprint, mailbox)
  if (before.kind === 'gone') return before
  const parsed = shape(deps.settings.locales, deps.now).safeParse(fields)
  if (!parsed.success) return { kind: 'refused', faults: faultsOf(parsed.error), current: before }

  const { first, locales, topics, country, until } = parsed.data
  const { country: _, name: earlier, ...kept } = before.supporter
  const name = 'name' in fields ? parsed.data.name : earlier
  const supporter = { ...kept, locales: inOrder(first, locales), topics, ...defined({ name, country }) }
  const sealed = await sealRecord(deps.settings, fingerprint, supporter)
  const replaced = await deps.suppression.replaceRecord(fingerprint, sealed, supporter.consent.at)
  if (replaced !== 'kept') return preferencesOf(deps, fingerprint) // they left or signed up again meanwhile
  await deps.suppression.pause(fingerprint, until)
  const stop = defined({ noMoreUntil: before.noMoreUntil })
  return { kind: 'shown', supporter, ...(until !== null && { pausedUntil: until }), ...stop }
}

/** The languages with those chosen as the first before the others. */
const inOrder = (first: readonly string[], others: readonly string[]) => [...new Set([...first, ...others])]

const shape = (locales: readonly string[], now: number) =>
  z
    .object({
      name: nameField,
      first: localesAmong(locales),
      locales: localesAmong(locales),
      topics,
      country: countryField,
      until: z
        .string('fault.until.unreadable')
        .default('')
        .transform((day, context) => {
          if (day === '') return null
          const until = z.iso.date().safeParse(day).success ? Date.parse(day) : Number.NaN
          const fault = Number.isNaN(until)
            ? 'unreadable'
            : until <= now
              ? 'past'
              : until > now + MAX_PAUSE_MS
                ? 'too-late'
                : null
          if (fault === null) return until
          context.addIssue(`fault.until.${fault}`)
          return z.NEVER
        }),
    })
    .refine(({ first, locales: others }) => first.length + others.length > 0, {
      path: ['locales'],
      message: 'fault.locales.empty',
    })
