import { describe, expect, test } from 'vitest'
import { html, webUrl, type HtmlValue } from './html'

describe('html', () => {
  test('escapes every character that could start markup or leave an attribute', () => {
    const hostile = `<img src=x onerror='a("b")'>&`
    expect(html`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
      '<p title="&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;">' +
        '&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;</p>',
    )
  })

  test('keeps markup that another template made, alone and in lists', () => {
    const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
    expect(html`${items}`.toString()).toBe('<li>a</li><li>&lt;b&gt;</li>')
  })

  test('shows nothing for what is absent, and zero as zero', () => {
    expect(html`${false}${null}${undefined}${0}`.toString()).toBe('0')
  })

  test('does not mistake an object that looks like markup for markup', () => {
    const forged: HtmlValue = JSON.parse('{"toString": "<script>"}')
    expect(() => html`${forged}`.toString()).toThrow()
  })
})

describe('webUrl', () => {
  test('passes absolute http and https addresses through unchanged', () => {
    expect(webUrl('https://example.com/a?b=c')).toBe('https://example.com/a?b=c')
    expect(webUrl('http://localhost:3000')).toBe('http://localhost:3000')
  })

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/path',
    '',
  ])('refuses %j', (url) => {
    expect(webUrl(url)).toBeNull()
  })
})
