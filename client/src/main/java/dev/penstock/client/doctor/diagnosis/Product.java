package dev.penstock.client.doctor.diagnosis;

import java.util.Locale;

/** What a hop can be, from the customer's side to the server's; {@link Signs} tell them. */
public enum Product {
  ZSCALER("Zscaler", Place.INSPECTION),
  NETSKOPE("Netskope", Place.INSPECTION),
  BLUE_COAT("Blue Coat (Symantec) ProxySG", Place.INSPECTION),
  FORTINET("FortiGate", Place.INSPECTION),
  PALO_ALTO("Palo Alto Networks firewall", Place.INSPECTION),
  SKYHIGH("Skyhigh (McAfee) Web Gateway", Place.INSPECTION),
  FORCEPOINT("Forcepoint", Place.INSPECTION),
  CISCO("Cisco Secure Web Appliance or Umbrella", Place.INSPECTION),
  SOPHOS("Sophos", Place.INSPECTION),
  CHECK_POINT("Check Point", Place.INSPECTION),
  SQUID("squid", Place.INSPECTION),
  CLOUDFLARE("Cloudflare", Place.CDN),
  CLOUDFRONT("CloudFront", Place.CDN),
  AKAMAI("Akamai", Place.CDN),
  FASTLY("Fastly", Place.CDN),
  AZURE_FRONT_DOOR("Azure Front Door", Place.CDN),
  AWS_CLASSIC_ELB("AWS classic load balancer", Place.BALANCER),
  AWS_ALB("AWS application load balancer", Place.BALANCER),
  GOOGLE_LB("Google Cloud load balancer", Place.BALANCER),
  AZURE_GATEWAY("Azure Application Gateway", Place.BALANCER),
  F5("F5 BIG-IP", Place.BALANCER),
  VARNISH("Varnish", Place.INGRESS),
  NGINX("nginx", Place.INGRESS),
  HAPROXY("HAProxy", Place.INGRESS),
  APACHE("Apache httpd", Place.INGRESS),
  TRAEFIK("Traefik", Place.INGRESS),
  CADDY("Caddy", Place.INGRESS),
  ENVOY("Envoy (or Istio, which runs it)", Place.SIDECAR),
  /** Something that did not say. */
  UNKNOWN("a hop that does not say what it is", Place.ANYWHERE);

  /** Where in a path it usually stands, in this order. */
  enum Place {
    INSPECTION,
    CDN,
    BALANCER,
    INGRESS,
    SIDECAR,
    ANYWHERE
  }

  private final String inWords;
  private final Place place;

  Product(String inWords, Place place) {
    this.inWords = inWords;
    this.place = place;
  }

  /** What people call it. */
  public String inWords() {
    return inWords;
  }

  /** Such as {@code aws-classic-elb}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Place place() {
    return place;
  }
}
