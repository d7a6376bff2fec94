using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>An objection as the panel reads it.</summary>
public sealed record ObjectionRow(
    long Id, long Grant, string Number, string Title, GrantState State, int StateVersion, ObjectionState Objection, ObjectionCame CameBy,
        string Name, string Contact,
    string Words, string Evidence, Instant CameAt, LocalDate? DueOn, string Answer, string AnsweredBy, Instant? AnsweredAt);

/// <summary>A case that may be objected to now.</summary>
public sealed record ObjectableCase(long Grant, int StateVersion, string Number, string Title, LocalDate? EndsOn);

/// <summary>Objections, those that wait first.</summary>
public sealed record ObjectionListView(IReadOnlyList<ObjectionRow> Rows, IReadOnlyList<ObjectableCase> Cases, bool MayAnswer, LocalDate Today);

/// <summary>What was objected, and what may still be.</summary>
public sealed record ObjectionList : Query<ObjectionListView>
{
    internal override Need Needs => Need.Any(Role.Panel, Role.Steer, Role.Desk, Role.FinanceOffice, Role.Admin);

    internal override async Task<ObjectionListView> Answer(Work work, CancellationToken ct)
    {
        var rows = await (
            from row in work.Db.Set<GrantObjection>().AsNoTracking()
            join grant in work.Db.Set<GrantCase>().AsNoTracking() on new { row.BookId, row.GrantId } equals new { grant.BookId, grant.GrantId }
            where row.BookId == work.Book
            orderby row.State == ObjectionState.Queued || row.State == ObjectionState.Registered descending, row.GrantObjectionId descending
            select new { row, grant.Number, grant.Title, grant.State, grant.StateVersion }).Take(200).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, rows.SelectMany(each => new long?[] { each.row.PersonId, each.row.AnsweredBy }), ct);
        var cases = await (
            from told in work.Db.Set<GrantNoticeCase>().AsNoTracking()
            join notice in work.Db.Set<GrantNotice>() on new { told.BookId, told.GrantNoticeId } equals new { notice.BookId, notice.GrantNoticeId }
            join grant in work.Db.Set<GrantCase>() on new { told.BookId, told.GrantId } equals new { grant.BookId, grant.GrantId }
            where told.BookId == work.Book && notice.State == NoticeState.Published && told.EndsOn >= work.Today
                && (grant.State == GrantState.PublicNotice || grant.State == GrantState.Objected)
            orderby grant.GrantId
            select new ObjectableCase(grant.GrantId, grant.StateVersion, grant.Number, grant.Title, told.EndsOn)).ToListAsync(ct);

        // Whom somebody is and where to be reached is the panel's to know.
        bool isPanel = work.Rights.Holds(Role.Panel);
        return new ObjectionListView([.. rows.Select(each => new ObjectionRow(each.row.GrantObjectionId, each.row.GrantId, each.Number,
            each.Title, each.State,
            each.StateVersion, each.row.State, each.row.CameBy, isPanel ? names[each.row.PersonId] : "",
            isPanel ? ObjectorContact.Open(work, each.row.BookId, each.row.GrantId, each.row.Contact) : "",
            each.row.Words, each.row.Evidence, each.row.CameAt, each.row.DueOn, each.row.Answer, each.row.AnsweredBy is { } by ? names[by] : "",
                each.row.AnsweredAt))],
            cases, isPanel, work.Today);
    }
}
