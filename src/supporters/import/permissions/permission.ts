import { trimUnseen } from '../../../kit/characters.ts'
import type { SuppressionReason } from '../../../suppression/suppression-rules.ts'

/**
 * What a row says about whether its person may be written to: a reason why never, `unconfirmed` where they did not agree there, or `free`
 * where nothing stands against it.
 */
export type Permission = Exclude<SuppressionReason, 'erased'> | 'unconfirmed' | 'free'

/**
 * How a column speaks. `status`: in words. `against`: yes means no mail. `for`: yes means mail. `filled`: a date or a reason, which stands
 * there only if they left. `maybe`: in words, but other words mean something else, such as a state of the USA.
 */
export type PermissionColumn = { kind: 'status' | 'against' | 'for' | 'filled' | 'maybe'; says: Permission }

/** A value that is not understood. The organiser is asked what it means, before anything is stored. */
export type PermissionQuestion = { column: string; value: string }

/** Answers of the organiser: words that mean “may be written to” and “must not”, and columns that say nothing about it. */
export type PermissionAnswers = {
  subscribed: readonly string[]
  left: readonly string[]
  ignored: readonly string[]
}

export const NO_ANSWERS: PermissionAnswers = { subscribed: [], left: [], ignored: [] }

/** A word without case, accents, spaces and signs: `Opted-Out` and `opted_out` are one. */
export const plainWord = (text: string): string =>
  trimUnseen(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s*,\s*/).map(plainWord))

/** Words of status columns by what they mean, in English, German and the six languages. docs/import.md lists the systems. */
const MEANINGS: ReadonlyArray<readonly [Permission, ReadonlySet<string>]> = [
  [
    'complained',
    words(
      'complained, complaint, complaints, spam, spam complaint, marked as spam, reported spam, spam report, ' +
        'abuse, plainte, queja, жалоба, пожаловался, шағым, شكوى, beschwerde',
    ),
  ],
  [
    'bounced',
    words(
      'bounced, bounce, hard bounce, hard bounced, soft bounce, soft bounced, cleaned, invalid, ' +
        'unreachable, undeliverable, on hold, on hold bounce, hold, dead, bad, rejeté, rebotado, недоставлен, ' +
        'недействителен, жеткізілмеді, مرتد, unzustellbar',
    ),
  ],
  [
    'unsubscribed',
    words(
      'unsubscribed, unsubscribe, unsub, opted out, opt out, optout, on hold opt out, left, cancelled, ' +
        'canceled, removed, deleted, trashed, archived, inactive, disabled, blocked, blocklisted, ' +
        'blacklisted, block listed, black listed, suppressed, banned, suspended, do not contact, do not ' +
        'email, do not mail, no mail, désabonné, désabonnée, désinscrit, désinscrite, supprimé, bloqué, ' +
        'inactif, baja, dado de baja, dada de baja, cancelado, eliminado, bloqueado, inactivo, отписан, ' +
        'отписана, отписался, отписалась, удален, удалён, заблокирован, неактивен, неактивный, бас тартты, ' +
        'жойылған, бұғатталған, белсенді емес, ملغى الاشتراك, ألغى الاشتراك, محذوف, محظور, غير نشط, ' +
        'abgemeldet, ausgetragen, gelöscht, gesperrt, inaktiv',
    ),
  ],
  [
    'unconfirmed',
    words(
      'unconfirmed, not confirmed, pending, unverified, waiting, nonsubscribed, non subscribed, not ' +
        'subscribed, never subscribed, transactional, none, en attente, non confirmé, pendiente, sin ' +
        'confirmar, не подтвержден, не подтверждён, ожидает, расталмаған, غير مؤكد, ausstehend, unbestätigt',
    ),
  ],
  [
    'free',
    words(
      'subscribed, subscriber, active, enabled, confirmed, verified, valid, ok, live, normal, opted in, opt ' +
        'in, double opt in, single opt in, member, free, paid, comped, abonné, abonnée, inscrit, inscrite, ' +
        'actif, confirmé, suscrito, suscrita, activo, activa, confirmado, подписан, подписана, активен, ' +
        'активный, подтвержден, подтверждён, жазылған, белсенді, расталған, مشترك, نشط, مؤكد, angemeldet, ' +
        'aktiv, bestätigt',
    ),
  ],
]

const YES = words(
  '1, true, t, yes, y, x, on, checked, ja, oui, vrai, sí, verdadero, да, истина, иә, ия, نعم, صحيح, wahr',
)
const NO = words(
  '0, false, f, no, n, off, unchecked, null, nil, nan, nein, non, faux, falso, нет, ложь, жоқ, لا, خطأ, falsch, never',
)
const DATE = /^\d{4}-\d\d?-\d\d?|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/
const ZERO_DATE = /^0{1,4}[./-]0{1,2}[./-]0{1,4}/

/** The meaning of one value; null where it is not understood. A blank says nothing, except where a yes was expected. */
export function permissionOf(
  { kind, says }: PermissionColumn,
  value: unknown,
  answers: PermissionAnswers,
): Permission | null {
  const text = typeof value === 'string' ? trimUnseen(value) : value == null ? '' : JSON.stringify(value)
  const word = plainWord(text)
  const blank = word === ''
  if (answers.left.includes(word) && !blank) return says === 'unsubscribed' || kind === 'status' ? 'unsubscribed' : says
  if (answers.subscribed.includes(word) && !blank) return 'free'
  const no = blank || NO.has(word) || ZERO_DATE.test(text)
  if (kind === 'filled') return no ? 'free' : says
  if (kind === 'against' && no) return 'free'
  if (kind === 'for' && no) return blank ? 'unconfirmed' : 'unsubscribed'
  if (blank) return 'free'
  if (kind === 'against' && (YES.has(word) || DATE.test(text))) return says
  if (kind === 'for' && (YES.has(word) || DATE.test(text))) return 'free'
  const meant = MEANINGS.find(([, known]) => known.has(word))?.[0] ?? null
  return kind === 'maybe' ? (meant ?? 'free') : meant
}

const WEIGHT: readonly Permission[] = ['free', 'unconfirmed', 'bounced', 'unsubscribed', 'complained']

/** The heaviest of several permissions. */
export const heaviest = (all: readonly Permission[]): Permission =>
  all.reduce<Permission>((most, one) => (WEIGHT.indexOf(one) > WEIGHT.indexOf(most) ? one : most), 'free')
