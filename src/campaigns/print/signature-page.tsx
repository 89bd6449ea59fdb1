import { raw } from 'hono/html'
import { directionOf } from '../../kit/locales.ts'
import { STYLE } from '../../web/style.gen.ts'
import { LETTER_STYLE } from './letter-style.gen.ts'
import { SignatureSheet } from './signature-sheet.tsx'
import type { SignatureList } from './signatures.ts'

/** The sheet as a whole page with its style inline, since organisers save the file and open it from disk. */
export const signaturesPage = (list: SignatureList, locale: string) => (
  <html lang={locale} dir={directionOf(locale)}>
    <head>
      <meta charset="utf-8" />
      <title>{list.title}</title>
      <style>{raw(STYLE + LETTER_STYLE)}</style>
    </head>
    <body>
      <SignatureSheet list={list} locale={locale} />
    </body>
  </html>
)
