using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>The report that an agreement promised has gone to the donor.</summary>
/// <param name="DueOn">Which of the promised ones.</param>
/// <param name="Note">How it went and where it lies.</param>
public sealed record NoteReport(Guid Key, long Agreement, LocalDate DueOn, LocalDate SentOn, [property: Personal] string Note) : Command<Done>(Key)
{
    /// <summary>No report of that day is promised, or it was sent.</summary>
    public const string NotDue = "agreement.report-not-due";

    /// <summary>What was sent, and how, is not said.</summary>
    public const string NoteMissing = "agreement.report-note-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        GiftAgreement.NeedOf(work, [Role.Accountant, Role.Desk], Agreement, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GiftAgreement agreement = await work.Db.Set<GiftAgreement>().AsNoTracking().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.GiftAgreementId == Agreement, ct)
            ?? throw new RefusedException(GiftAgreement.Unknown, ("agreement", Agreement));
        List<AgreedClause> clauses = await work.Db.Set<AgreedClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GiftAgreementId == Agreement).ToListAsync(ct);
        string note = PlainText.Of(Note);
        if (note.Length is 0 or > 200)
        {
            throw new RefusedException(NoteMissing, ("limit", 200));
        }

        if (agreement.State != PromiseState.Confirmed || SentOn > work.Today
            || !ReportsDue.Of(agreement, ReportsDue.PeriodEnd(clauses), work.Today).Contains(DueOn)
            || await work.Db.Set<AgreementReport>().AnyAsync(
                row => row.BookId == work.Book && row.GiftAgreementId == Agreement && row.DueOn == DueOn, ct))
        {
            throw new RefusedException(NotDue, ("day", DueOn));
        }

        work.Db.Add(new AgreementReport
        {
            BookId = work.Book,
            GiftAgreementId = Agreement,
            DueOn = DueOn,
            SentOn = SentOn,
            Note = note,
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        });
        return Done.It;
    }
}
