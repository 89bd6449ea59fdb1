import { directionOf } from '../../kit/locales.ts'
import { ProseView } from '../text/prose-view.tsx'
import { type SignatureList, signatureTable } from './signatures.ts'

/**
 * The text that was signed and the printed list of signatures, for every script (needs `LETTER_STYLE`). Each name has its own
 * direction. Page breaks never cut a row, and every page repeats the head of the table.
 */
export function SignatureSheet({ list, locale }: { list: SignatureList; locale: string }) {
  const { signed, headers, rows, total, missing } = signatureTable(list, locale)
  return (
    <div class="sheet flow" lang={locale} dir={directionOf(locale)}>
      <h1>{list.title}</h1>
      <p>{list.lead}</p>
      {list.letter && (
        <>
          <h2>{signed}</h2>
          <div lang={list.letter.locale} dir={directionOf(list.letter.locale)}>
            <ProseView prose={list.letter.prose} level={3} />
          </div>
        </>
      )}
      <table class="signatures">
        <thead>
          <tr>
            <th scope="col">{headers.number}</th>
            <th scope="col">{headers.name}</th>
            <th scope="col">{headers.place}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ number, name, place }) => (
            <tr>
              <td>{number}</td>
              <td>
                <bdi>{name}</bdi>
              </td>
              <td>
                <bdi>{place}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <strong>{total}</strong>
      </p>
      {missing !== '' && <p>{missing}</p>}
    </div>
  )
}
