using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A row that moved no money of this account, and why it is no line.</summary>
/// <param name="Reason">A words key under <c>bank.left-out.</c></param>
public sealed record LeftOutRow(int LineNo, LocalDate? Day, string Reason, string Words)
{
    /// <summary>Neither in nor out, and nothing left or reached the account.</summary>
    public const string Neutral = "neutral";

    /// <summary>Closed, failed or never paid.</summary>
    public const string Closed = "closed";

    /// <summary>A total, a note or the header again.</summary>
    public const string NoMovement = "no-movement";
}
