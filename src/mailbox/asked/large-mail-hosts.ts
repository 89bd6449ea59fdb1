/**
 * Mail hosts where very many people have mailboxes, so that one flooder says nothing about the others. Chosen by hand (November 2026)
 * from the free and access providers of the countries whose languages Tocsin has. Longer list: github.com/jgillich/free-email-domains.
 * A host that is missing is rationed only until somebody there presses a button.
 */
const HOSTS = `
  gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com
  yahoo.com ymail.com rocketmail.com aol.com proton.me protonmail.com pm.me mail.com gmx.com
  fastmail.com zoho.com tutanota.com tuta.com hey.com riseup.net disroot.org
  mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru yandex.com yandex.kz yandex.by ya.ru
  rambler.ru lenta.ru ro.ru autorambler.ru myrambler.ru mail.kz ukr.net i.ua meta.ua tut.by
  hotmail.fr outlook.fr live.fr yahoo.fr orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net
  hotmail.es outlook.es yahoo.es telefonica.net terra.es yahoo.com.mx yahoo.com.ar prodigy.net.mx
  hotmail.co.uk live.co.uk yahoo.co.uk btinternet.com sky.com talktalk.net virginmedia.com
  comcast.net verizon.net att.net sbcglobal.net cox.net charter.net bellsouth.net shaw.ca rogers.com
  gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mailbox.org bluewin.ch
  libero.it virgilio.it alice.it tiscali.it hotmail.it yahoo.it wp.pl o2.pl onet.pl interia.pl
  seznam.cz abv.bg ziggo.nl telenet.be skynet.be uol.com.br bol.com.br hotmail.com.br yahoo.com.br
  maktoob.com bigpond.com yahoo.com.au yahoo.ca yahoo.de qq.com 163.com 126.com naver.com daum.net`

const known = new Set(HOSTS.trim().split(/\s+/))

export const isLargeMailHost = (domain: string): boolean => known.has(domain)
