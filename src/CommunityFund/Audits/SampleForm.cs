using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>The day from which the form for a sample counts back, for those who draw.</summary>
public sealed record SampleForm : Query<LocalDate>
{
    internal override Need Needs => Need.Any(AuditRoles.Overseeing);

    internal override Task<LocalDate> Answer(Work work, CancellationToken ct) => Task.FromResult(work.Today);
}
