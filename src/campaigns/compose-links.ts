/** Links that open a letter, ready to be sent, in a mail program or a web mail. The one who follows them sends; nothing passes through us. */

export type MailDraft = {
  to: readonly string[]
  cc: readonly string[]
  /** One line. */
  subject: string
  /** Lines end with `\n`. */
  body: string
}

/**
 * RFC 6068. What is not a letter, a digit or one of `-._~!'()*` is percent-encoded UTF-8: a subset of its `qchar`, and `+` is never left to be
 * taken for a space. A field that would be empty is left out, for Outlook drops the body that follows an empty subject.
 */
export function mailtoUri(draft: MailDraft): string {
  const fields = fieldsOf(draft, 'subject', ({ cc }) => cc.map(addrSpec).join(','))
  return `mailto:${draft.to.map(addrSpec).join(',')}${fields.length > 0 ? `?${fields.join('&')}` : ''}`
}

/**
 * Web mails that say how a letter is handed to them. Google and Yahoo name their parameters only in the links they make themselves
 * (Gmail's `su` is the subject); Microsoft's are those of its `deeplink/compose`.
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

/** The `@` between the parts is the only one that stands for itself. */
function addrSpec(address: string): string {
  const at = address.lastIndexOf('@')
  return `${encodeText(address.slice(0, at))}@${encodeText(address.slice(at + 1))}`
}

/** A value as it stands in a link: lines end with CRLF (RFC 6068 §5), half a character becomes U+FFFD. */
export const encodeText = (text: string): string => encodeURIComponent(text.replace(/\r\n?|\n/g, '\r\n').toWellFormed())
