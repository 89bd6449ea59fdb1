import { type Permission, type PermissionColumn, plainWord } from './permission.ts'

/** Which columns say who may be written to, by their names without case, accents, spaces and signs. */

const oneOf = (...patterns: string[]) => new RegExp(patterns.join('|'), 'u')

const COMPLAINT = /complain|spam|abuse|plainte|queja|жалоб|шағым|شكو/
const BOUNCE = /bounce|onhold|undeliverable|isbad$|invalidemail|rebot|недоставл/
const NO_MAIL = /(e?mail|contact|send|writ|newsletter|marketing|trade|bulk)/.source
const AGAINST = oneOf(
  `unsub|notsubscribed|opt(ed)?out|(donot|dont|never|notto|notbe)(be)?${NO_MAIL}`,
  'noe?mail|nobulk|^nocontact$|doesnotwant|blocke?mail|blocked|blocklist|blacklist|suppress',
  'isdeleted|^deleted|archived|removed$|banned|withdr[ae]wn?$|revoked$|refused$|declined$',
  '^(is|has|was|e?mail|user|contact)?(left|quit|cancell?ed|inactive|deactivated|erased|forgotten|excluded?|deceased|invalid)$',
  '^(e?mail|user|contact|account|subscriber)disabled$', // the word alone may mean a disability
  'desabonn|desinscri|nepas|^refus|^baja|(de|dado|dada)baja$|^no(contactar|enviar|escribir|desea)|rechaza',
  'отпис|удал|^(не(писать|отправл|беспокоить)|отказ)|бұғат|бастарт|жіберме',
  'abgemeldet|abmeld|ausgetragen|widerruf|widerspr|^austritt|werbesperre|kundigung|gekundigt|^keine(werbung|e?mail|newsletter)',
  'الغاء|لاترسل|لاتراسل|رفض',
)
const ASKED = /(allow|accept|receive|want|wish|agree|permi[ts]|(?<!\p{L})ok(?:ay)?)s?(sion)?/u.source
const FOR = oneOf(
  'subscribed$|subscribedto|^(is)?subscriber$|opt(ed)?in(to)?(e?mails?|newsletters?|marketing|updates?)?$',
  '^(is|has)?(currently)?(e?mail|user|contact|account|subscriber|subscription)?(is)?active$',
  '^(is|has)?(e?mail)?(confirmed|isconfirmed|verified|enabled|marketable)$|e?mails?(enabled|allowed)$|emailable|contactable$',
  `${ASKED}(to|for)?(be|get|receive)?(e?mail|contact|newsletter|news$|update|marketing|mailing)`,
  '(can|may)(be)?(e?mail|contact)|(contact|e?mail|mailing)permission|^permission$|^gdpr$|onmailinglist$',
  'consent(ed|given|granted)?$|consent(to|for)|newsletters?$|newsletter(consent|optin|abo)',
  'einwilligung$|zustimmung$|consentement$|accepte(les)?(e?mail|courriel)|abonnee?$|inscrite?$',
  'consentimiento$|acepta(los)?(correo|e?mail|boletin)|^suscri(t[oa]|pcion)$',
  '^(согласи[ея]|соглас(ен|на)|рассылка|подписк[аи]|подписанн?а?)$|^согласиена|^(келісім|жазылым|жазылған)$',
  '^(ال)?(موافقة|موافق|اشتراك|مشترك)$',
)
/** A permission for something other than e-mail. */
const OTHER_CHANNELS =
  /sms|phone|mobile|whatsapp|telegram|viber|postal|fax|cookie|photo|image|terms|parent|телефон|фото/

const STATUS = /status|^statut|^estado|статус|мәртебе|^الحالة|^subscription$|subscriptionstate|membertype|memberrating/
/** A date or a reason. “at” and “on” count only behind a verb, because “salutation” and “location” end with them too. */
const FILLED =
  /(date|time|timestamp|reason|since|datum|когда|дата)$|^(date|datum|fecha|дата)|(ed|wn|left|quit|bounce|spam|hold)(at|on)$|(et|en)am$/
const ABOUT_LEAVING = oneOf(
  'unsub|opt(ed)?out|bounce|complain|spam|deleted|removed|cancell?ed|deactivated|withdr[ae]wn|revoked|refused|declined',
  'blocked|blocklist|blacklist|suppress|archived|(?<!house)hold(?!er|ing)|^(has|date)?left(?!over)',
  'desabonn|desinscri|abgemeldet|widerr|austritt|baja$|отпис|отказ',
)
/** Where somebody agreed, which is proof and no answer: “Lieu du consentement”. */
const PLACE_OF_CONSENT =
  /^(where|place|location|source|lieu|origine?n?|lugar|fuente|место|источник|ort|herkunft).*(consent|согласи|einwill|zustimm)/
/** Counts and scores, and other people's systems' own numbers. */
const NUMBERS = /count|score|rating$|rate$|percent|numberof|total/

/** What a column is about, by its name; null where it says nothing about writing to people. */
export function permissionColumn(name: string): PermissionColumn | null {
  const plain = plainWord(name)
  if (NUMBERS.test(plain)) return null
  const says: Permission = COMPLAINT.test(plain) ? 'complained' : BOUNCE.test(plain) ? 'bounced' : 'unsubscribed'
  if (ABOUT_LEAVING.test(plain) && FILLED.test(plain) && !STATUS.test(plain)) return { kind: 'filled', says }
  if (STATUS.test(plain)) return { kind: 'status', says: 'unsubscribed' }
  if (plain === 'state' || plain === 'etat' || plain === 'type') return { kind: 'maybe', says: 'unsubscribed' }
  if (AGAINST.test(plain) || COMPLAINT.test(plain) || BOUNCE.test(plain)) return { kind: 'against', says }
  return FOR.test(plain) && !OTHER_CHANNELS.test(plain) && !PLACE_OF_CONSENT.test(plain)
    ? { kind: 'for', says: 'unsubscribed' }
    : null
}
