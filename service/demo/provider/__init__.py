"""The provider that the demo and the stories send through: Twilio's API on the loopback, the carriers and the phones
behind it. `service.demo.twilio_double` is its front; nothing of the product knows this room."""
