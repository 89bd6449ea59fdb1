/**
 * Links that open a finished letter in a mail program or a web mail. The supporter sends the letter; nothing passes
 * through the Worker.
 */

export type MailDraft = {
  to: readonly string[]
  cc: readonly string[]
  /** Subject line of the mail, without line breaks. */
  subject: string
  /** Body of the mail; lines end with `\n`. */
  body: string
}

/**
 * A mailto link (RFC 6068). All but letters, digits and `-._~!'()*` is percent-encoded UTF-8, a subset of `qchar`; `+`
 * is encoded because it can be read as a space. Empty fields are left out, because Outlook drops a body after an empty
 * subject.
 */
export function mailtoUri(draft: MailDraft): string {
  const fields = fieldsOf(draft, 'subject', ({ cc }) => cc.map(addrSpec).join(','))
  return `mailto:${draft.to.map(addrSpec).join(',')}${fields.length > 0 ? `?${fields.join('&')}` : ''}`
}

/**
 * Web mails with links that open a draft. Microsoft's parameters are those of its `deeplink/compose`. Google and Yahoo
 * use theirs only in their own links (Gmail's `su` is the subject).
 */
const WEB_MAILS = [
  { name: 'Gmail', base: 'https://mail.google.com/mail/?view=cm&fs=1&', subject: 'su' },
  { name: 'Outlook.com', base: 'https://outlook.live.com/mail/0/deeplink/compose?', subject: 'subject' },
  { name: 'Microsoft 365', base: 'https://outlook.office.com/mail/deeplink/compose?', subject: 'subject' },
  { name: 'Yahoo', base: 'https://compose.mail.yahoo.com/?', subject: 'subject' },
] as const

export type WebMailLink = { name: string; url: string }

export const webMailLinks = (draft: MailDraft): WebMailLink[] =>
  WEB_MAILS.map(({ name, base, subject }) => {
    const to = `to=${encodeText(draft.to.join(','))}`
    const fields = fieldsOf(draft, subject, ({ cc }) => encodeText(cc.join(',')))
    return { name, url: base + [to, ...fields].join('&') }
  })

function fieldsOf(draft: MailDraft, subject: string, cc: (draft: MailDraft) => string): string[] {
  const fields = [
    ['cc', cc(draft)],
    [subject, encodeText(draft.subject)],
    ['body', encodeText(draft.body)],
  ]
  return fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`)
}

/** Encodes an address for a mailto link. Only the `@` before the domain stays unencoded. */
function addrSpec(address: string): string {
  const at = address.lastIndexOf('@')
  return `${encodeText(address.slice(0, at))}@${encodeText(address.slice(at + 1))}`
}

/** Encodes a value of a link: line breaks become CRLF (RFC 6068 §5), lone surrogates become U+FFFD. */
export const encodeText = (text: string): string => encodeURIComponent(text.replace(/\r\n?|\n/g, '\r\n').toWellFormed())
