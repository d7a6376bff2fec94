using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Members;

/// <summary>Whose card it is.</summary>
public sealed record MyCardView(int Book, string Body, int Programme, string ProgrammeName, long Person, string Name, string Number, MemberKind Kind);

/// <summary>Who shows a card; asked first by every page that opens with one.</summary>
public sealed record MyCard(MemberPass Pass) : Query<MyCardView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<MyCardView> Answer(Work work, CancellationToken ct)
    {
        Member member = await Member.Who(work, Pass, ct);
        Work there = work.In(member.BookId);
        string body = await work.Db.Books.Where(book => book.BookId == member.BookId).Select(book => book.Name).SingleAsync(ct);
        return new MyCardView(member.BookId, body, member.FundId, (await there.FundById(member.FundId, ct)).Name, member.PersonId,
            (await PersonName.Of(there, [member.PersonId], ct))[member.PersonId], member.Number, member.Kind);
    }
}
