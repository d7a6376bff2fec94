using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>How far the grant of example A has come when a test begins, and what the bank says later.</summary>
internal static class EndingStages
{
    /// <summary>Example A after its award: 7,200 + 4,800 of which the children's fund gives 10,000.</summary>
    public static async Task<EndingNotation> Started(TestBody body, bool isExpensed = false)
    {
        int year = body.Clock.Now.InUtc().Year;
        AwardNotation grants = await AwardNotation.Of(body, 0, 0);
        if (year != 2026)
        {
            await grants.Sql($"alter table role_grant disable trigger user; update role_grant set valid_from = '{year}-01-01' where valid_from > '{year}-01-01'; alter table role_grant enable trigger user");
        }

        await body.Gift(TestBody.Community, 8200, Restriction.Unrestricted, new LocalDate(year, 3, 2));
        await body.Gift(TestBody.Children, 10000, Restriction.Restricted, new LocalDate(year, 3, 2));
        if (isExpensed)
        {
            await grants.Sql("alter table grant_round disable trigger user; update grant_round set policy = 'expense-on-disbursement'; alter table grant_round enable trigger user");
        }

        return EndingNotation.On(grants, await PlanTests.Started(grants), TestBody.Children, TestBody.Bank);
    }

    /// <summary>Paid 7,200 out of the children's fund, 4,000 of it accepted.</summary>
    public static async Task<EndingNotation> PartlyAcquitted(TestBody body, decimal accepted = 4000)
    {
        EndingNotation made = await Started(body);
        await made.Pay(7200);
        await made.Acquit(accepted);
        return made;
    }

    /// <summary>The bank's line of today for an instalment.</summary>
    public static async Task<long> Receive(this EndingNotation made, long demand, decimal yuan)
    {
        await using FundDb db = made.Body.Db();
        long expectation = await db.Set<GrantInstalment>().Where(row => row.GrantDemandId == demand && row.EndedAt == null && row.PaidAt == null
            && row.Units == Amount.Yuan(yuan).Units).Select(row => row.ExpectationId).SingleAsync();
        string day = made.Body.Clock.Now.InUtc().Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await made.Body.Import(Encoding.UTF8.GetBytes(string.Join('\n', $"账号：{BankNotation.Number}", StatementNotation.Header,
            $"{day},{yuan:0.00},,,幸福里居委会,退回项目款")));
        long line = (await made.Body.Lines())[^1].BankLineId;
        long voucher = await made.Body.Accountant.Run(new MatchExpectations(EndingNotation.Key, [line], [expectation]));
        await made.Body.Review(voucher);
        return voucher;
    }
}
