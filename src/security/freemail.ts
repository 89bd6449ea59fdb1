import { normaliseAddress } from './address.ts'

/**
 * Domains of providers of personal mailboxes. Nobody else can sign mail for them, and most publish a DMARC policy that tells other servers
 * to refuse or hide such mail (support.google.com/a/answer/81126, senders.yahooinc.com/best-practices).
 */
const FREEMAIL = new Set(
  `gmail.com googlemail.com ymail.com rocketmail.com myyahoo.com aol.com aim.com verizon.net msn.com passport.com
  icloud.com me.com mac.com mail.ru inbox.ru list.ru bk.ru internet.ru xmail.ru vk.com yandex.ru yandex.com yandex.kz yandex.by ya.ru
  rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru ukr.net i.ua meta.ua bigmir.net tut.by web.de t-online.de freenet.de mail.com
  email.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me zoho.com
  zohomail.com zohomail.eu fastmail.com fastmail.fm hey.com mailfence.com posteo.de posteo.net mailbox.org disroot.org riseup.net
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com daum.net hanmail.net kakao.com
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it tin.it
  uol.com.br bol.com.br terra.com.br ig.com.br seznam.cz email.cz centrum.cz wp.pl onet.pl o2.pl interia.pl abv.bg mail.bg
  rediffmail.com sify.com btinternet.com sky.com virginmedia.com talktalk.net comcast.net att.net sbcglobal.net bellsouth.net cox.net
  charter.net earthlink.net bigpond.com optusnet.com.au telenet.be skynet.be ziggo.nl kpnmail.nl bluewin.ch`.split(
    /\s+/,
  ),
)
/** Names under which a provider has mailboxes in many top-level domains, such as yahoo.co.uk and gmx.at. */
const IN_MANY_COUNTRIES = /^(yahoo|hotmail|live|outlook|gmx|windowslive)(\.[a-z]{2,4}){1,2}$/

/** Why mail must not come from this address; null if it may, or if it is no address. Nobody but the provider may send for its domain. */
export function freemailFault(text: string): string | null {
  const address = normaliseAddress(text)
  if (!address.ok) return null
  const domain = address.value.slice(address.value.lastIndexOf('@') + 1)
  if (!FREEMAIL.has(domain) && !IN_MANY_COUNTRIES.test(domain)) return null
  const wayOut = 'use an address at a domain of your own, and put this one into REPLY_TO'
  return `is at ${domain}, and only ${domain} may send for it (DMARC): ${wayOut}`
}
