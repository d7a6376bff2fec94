using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A report that was sent to a donor, by the day on which it was due.</summary>
public sealed class AgreementReport
{
    public required int BookId { get; init; }

    public required long GiftAgreementId { get; init; }

    public required LocalDate DueOn { get; init; }

    public required LocalDate SentOn { get; init; }

    public required string Note { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AgreementReport>
    {
        public void Configure(EntityTypeBuilder<AgreementReport> entity) =>
            entity.HasKey(row => new { row.BookId, row.GiftAgreementId, row.DueOn });
    }
}

/// <summary>A report that is promised: when it is due, and when it was sent.</summary>
public sealed record PromisedReport(LocalDate DueOn, LocalDate? SentOn, string Note, string? By)
{
    public bool IsOpen => SentOn is null;
}

/// <summary>On which days an agreement promises reports.</summary>
internal static class ReportsDue
{
    // Books are not kept longer without a new agreement; a row that says otherwise must not run away.
    private const int Most = 120, DaysAhead = 31;

    /// <summary>Every day that has come, and the next that comes within a month.</summary>
    public static IReadOnlyList<LocalDate> Of(GiftAgreement agreement, LocalDate? periodEnds, LocalDate today)
    {
        if (agreement.ReportEvery == ReportEvery.None)
        {
            return [];
        }

        if (agreement.ReportEvery == ReportEvery.End)
        {
            return periodEnds is { } end && end <= today.PlusDays(DaysAhead) ? [end.PlusDays(agreement.ReportDays)] : [];
        }

        int months = agreement.ReportEvery switch { ReportEvery.Quarter => 3, ReportEvery.HalfYear => 6, _ => 12 };
        List<LocalDate> due = [];
        for (int at = 1; at <= Most; at++)
        {
            LocalDate ends = agreement.SignedOn.PlusMonths(at * months);
            if (ends > today.PlusDays(DaysAhead) || (periodEnds is { } last && ends > last.PlusMonths(months)))
            {
                break;
            }

            due.Add(ends.PlusDays(agreement.ReportDays));
        }

        return due;
    }

    /// <summary>The last day of an agreement's periods.</summary>
    public static LocalDate? PeriodEnd(IEnumerable<AgreedClause> clauses) =>
        clauses.Where(clause => clause.UntilDay is not null).Select(clause => clause.UntilDay).Max();
}
