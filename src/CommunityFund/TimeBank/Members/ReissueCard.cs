using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Members;

/// <summary>A card was lost: a new code, and the old one opens nothing any more. The number stays.</summary>
public sealed record ReissueCard(Guid Key, long Person) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await ChangeMember.Hands(work, Person, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from member where book_id = {work.Book} and person_id = {Person} for no key update", ct);
        Member member = await Member.Find(work, Person, ct) is { LeftOn: null } found ? found : throw new RefusedException(Member.Unknown);
        member.Salt = Member.NewSalt();
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}
