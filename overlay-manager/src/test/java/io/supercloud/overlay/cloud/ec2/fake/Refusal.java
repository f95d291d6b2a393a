package io.supercloud.overlay.cloud.ec2.fake;

/** An error that EC2 answers with. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    final int status;
    final String code;

    Refusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}
