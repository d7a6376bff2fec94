using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>Anybody objects on the public page, by name; the panel hears of it and takes it up.</summary>
/// <param name="Notice">What the notice's address is known by.</param>
public sealed record SubmitObjection(
    Guid Key, Guid Notice, long Grant, [property: Personal] string Name, [property: Personal] string Contact,
    [property: Personal] string Words, [property: Personal] string Evidence) : Command<Done>(Key)
{
    /// <summary>So many wait that the page takes no more; the panel takes them in person.</summary>
    public const string TooMany = "objection.too-many";

    private const int MostWaiting = 50;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Anybody);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (string contact, string words, string evidence) = GrantObjection.Read(Name, Contact, Words, Evidence);
        var told = await (
            from notice in work.Db.Set<GrantNotice>()
            join row in work.Db.Set<GrantNoticeCase>() on new { notice.BookId, notice.GrantNoticeId } equals new { row.BookId, row.GrantNoticeId }
            where notice.PublicId == Notice && row.GrantId == Grant
            select new { notice.BookId, notice.GrantNoticeId, notice.State }).SingleOrDefaultAsync(ct)
            ?? throw new RefusedException(GrantNotice.Unknown, ("notice", 0));
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_case where book_id = {told.BookId} and grant_id = {Grant} for no key update", ct);
        var grant = await work.Db.Set<GrantCase>().Where(row => row.BookId == told.BookId && row.GrantId == Grant)
            .Select(row => new { row.Title, row.State }).SingleAsync(ct);
        LocalDate? ends = await work.Db.Set<GrantNoticeCase>()
            .Where(row => row.BookId == told.BookId && row.GrantNoticeId == told.GrantNoticeId && row.GrantId == Grant)
            .Select(row => row.EndsOn).SingleAsync(ct);
        if (told.State != NoticeState.Published || grant.State is not (GrantState.PublicNotice or GrantState.Objected) || ends < work.Today)
        {
            throw new RefusedException(AwardNeeds.WindowOver, ("title", grant.Title), ("until", ends));
        }

        if (await work.Db.Set<GrantObjection>().CountAsync(row => row.BookId == told.BookId && row.GrantId == Grant
            && row.State == ObjectionState.Queued, ct) >= MostWaiting)
        {
            throw new RefusedException(TooMany, ("title", grant.Title));
        }

        work.Db.Add(new GrantObjection
        {
            BookId = told.BookId,
            GrantId = Grant,
            GrantNoticeId = told.GrantNoticeId,
            PersonId = (await Counterparty.FindOrAdd(work, PersonKind.Person, Name, ct))!.Value,
            Contact = ObjectorContact.Seal(work, told.BookId, Grant, contact),
            Words = words,
            Evidence = evidence,
            CameBy = ObjectionCame.Page,
            CameAt = work.Now,
            State = ObjectionState.Queued,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
