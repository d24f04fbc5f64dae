/*
 * Talktime local Stripe: a stand-in for Stripe.js with the one part that Talktime uses, Embedded Checkout.
 * It is not Stripe's script, talks to nothing but the server it came from, and moves no money.
 */
;(() => {
  'use strict'

  const VERSION = 'endive'
  const SERVER = new URL(document.currentScript.src).origin
  const MESSAGES = 'talktime-local-stripe'

  // Reserved until the page has told its height, so that what stands below it does not jump twice.
  const INITIAL_HEIGHT = '640px'

  class IntegrationError extends Error {
    name = 'IntegrationError'
  }

  /** The one Embedded Checkout that may exist at a time, from its creation until it is destroyed. */
  let live = null

  /** Called as a plain function by @stripe/stripe-js, hence no class. */
  function Stripe(publishableKey) {
    if (typeof publishableKey !== 'string' || !publishableKey.startsWith('pk_test_')) {
      throw new IntegrationError('The local Stripe takes publishable test keys (pk_test_…) only.')
    }
    return {
      elements: absent('elements'),
      createToken: absent('createToken'),
      createPaymentMethod: absent('createPaymentMethod'),
      confirmCardPayment: absent('confirmCardPayment'),
      initEmbeddedCheckout: renamed('initEmbeddedCheckout', 'createEmbeddedCheckoutPage'),
      createEmbeddedCheckoutPage,
      registerAppInfo() {},
      _registerWrapper() {},
    }
  }

  function absent(name) {
    return () => {
      throw new IntegrationError(
        `The local Stripe has no ${name}(): it stands in for Embedded Checkout only.`,
      )
    }
  }

  function renamed(oldName, newName) {
    return () => {
      throw new IntegrationError(`stripe.${oldName}() is now stripe.${newName}().`)
    }
  }

  /** Resolves to { mount, unmount, destroy }; rejects while another one has not been destroyed. */
  async function createEmbeddedCheckoutPage(options = {}) {
    const { clientSecret, fetchClientSecret, onComplete } = options
    requireOptions(options)
    if (live !== null) {
      throw new IntegrationError('You cannot have multiple Embedded Checkout objects: destroy the first one.')
    }
    const claim = {}
    live = claim
    try {
      const secret = clientSecret ?? (await fetchClientSecret())
      requireSecret(secret)
      return embeddedCheckout(secret, onComplete, () => {
        if (live === claim) live = null
      })
    } catch (error) {
      live = null
      throw error
    }
  }

  function requireOptions({ clientSecret, fetchClientSecret, onComplete }) {
    if ((clientSecret === undefined) === (fetchClientSecret === undefined)) {
      throw new IntegrationError('Give either clientSecret or fetchClientSecret.')
    }
    if (fetchClientSecret !== undefined && typeof fetchClientSecret !== 'function') {
      throw new IntegrationError('fetchClientSecret must be a function.')
    }
    if (onComplete !== undefined && typeof onComplete !== 'function') {
      throw new IntegrationError('onComplete must be a function.')
    }
  }

  function requireSecret(secret) {
    if (typeof secret !== 'string' || !secret.startsWith('cs_')) {
      throw new IntegrationError('The client secret is not one of a Checkout Session.')
    }
  }

  function embeddedCheckout(secret, onComplete, release) {
    let frame = null
    let destroyed = false

    const receive = (event) => {
      if (frame === null || event.origin !== SERVER || event.source !== frame.contentWindow) return
      if (event.data?.source !== MESSAGES) return
      if (event.data.type === 'height') resize(frame, event.data.height)
      if (event.data.type === 'complete') complete(event.data.redirectUrl, onComplete)
    }

    const unmount = () => {
      requireLive(destroyed)
      window.removeEventListener('message', receive)
      frame?.remove()
      frame = null
    }

    return {
      mount(target) {
        requireLive(destroyed)
        if (frame !== null) throw new IntegrationError('This Embedded Checkout is mounted already.')
        const parent = findTarget(target)
        frame = createFrame(secret)
        window.addEventListener('message', receive)
        parent.append(frame)
      },
      unmount,
      destroy() {
        unmount()
        destroyed = true
        release()
      },
    }
  }

  function requireLive(destroyed) {
    if (destroyed) throw new IntegrationError('This Embedded Checkout has been destroyed.')
  }

  function findTarget(target) {
    const element = typeof target === 'string' ? document.querySelector(target) : target
    if (!(element instanceof HTMLElement)) {
      throw new IntegrationError('There is no element to mount Embedded Checkout in.')
    }
    return element
  }

  function createFrame(secret) {
    const frame = document.createElement('iframe')
    frame.name = 'embedded-checkout'
    frame.title = 'Secure payment form'
    frame.allow = 'payment'
    frame.style.cssText = `display:block;width:100%;height:${INITIAL_HEIGHT};border:0`
    // The page learns who frames it from this message's origin and answers that origin alone.
    frame.addEventListener('load', () => {
      frame.contentWindow?.postMessage({ source: MESSAGES, type: 'hello' }, SERVER)
    })
    frame.src = `${SERVER}/embedded/${encodeURIComponent(secret)}`
    return frame
  }

  function resize(frame, height) {
    if (Number.isFinite(height) && height > 0) frame.style.height = `${Math.ceil(height)}px`
  }

  /** A URL means that the session asks to return there ("always"); without one the host is told. */
  function complete(redirectUrl, onComplete) {
    if (typeof redirectUrl !== 'string') {
      onComplete?.()
      return
    }
    if (/^https?:$/.test(new URL(redirectUrl).protocol)) window.location.assign(redirectUrl)
  }

  window.Stripe = Object.assign(Stripe, { version: VERSION })
})()
