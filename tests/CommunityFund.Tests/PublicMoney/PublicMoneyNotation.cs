using CommunityFund.Agency;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using NodaTime;

namespace CommunityFund.Tests.PublicMoney;

/// <summary>What people do about government money and money held for others, in a few words.</summary>
internal static class PublicMoneyNotation
{
    private static int _number;

    /// <summary>Answers that make it a subsidy, or a purchase of services.</summary>
    public const bool Services = true;

    public static async Task<ProposeContract> Asked(this TestBody body, decimal yuan, int fund, bool inExchange = false,
        Restriction restriction = Restriction.Unrestricted, LocalDate? signed = null, params decimal[] instalments) => new(
            TestBody.Key, "清河街道办事处", $"QHJD-{Interlocked.Increment(ref _number)}", "社区服务", signed ?? new LocalDate(2026, 3, 1), Amount.Yuan(yuan), fund,
            restriction, restriction == Restriction.Restricted ? "仅用于社区儿童活动" : "", PublicReceiver.Residents, inExchange, MayChoose: true,
            MayChange: true, ReturnDuty: true, [new ConditionForm("年底前完成并报送结项报告", new LocalDate(2026, 12, 31))],
            [.. (instalments.Length == 0 ? [yuan] : instalments).Select((part, at) =>
                new InstalmentForm(Amount.Yuan(part), (signed ?? new LocalDate(2026, 3, 1)).PlusMonths(at)))],
            [await body.Paper()]);

    /// <summary>A contract whose answers two people agreed to.</summary>
    public static async Task<long> Contract(this TestBody body, decimal yuan, int fund, bool inExchange = false,
        Restriction restriction = Restriction.Unrestricted, LocalDate? signed = null, params decimal[] instalments)
    {
        long contract = await body.Accountant.Run(await body.Asked(yuan, fund, inExchange, restriction, signed, instalments));
        await body.Reviewer.Run(new AgreeContract(TestBody.Key, contract));
        return contract;
    }

    /// <summary>An instalment came into the bank; two people booked it as what it is.</summary>
    public static async Task<PostedNumber> Received(this TestBody body, long contract, short no = 1, LocalDate? on = null)
    {
        PublicNature nature = (await body.Accountant.Ask(new PublicContractPage(contract))).Nature;
        return await body.Review(await body.Accountant.Run(
            new ReceiveInstalment(TestBody.Key, contract, no, nature, on ?? new LocalDate(2026, 3, 4), TestBody.Bank)));
    }

    public static async Task<ProposeMatter> AskedMatter(this TestBody body, string recipient) => new(
        TestBody.Key, "清河区总工会", PersonKind.Organisation, "困难职工救助款", ByAgreement: false, DutyOnReceipt: true, OnlyBetween: true,
        PrincipalNamed: true, "区总工会 2026 年第 3 号通知", [new RecipientForm(recipient, PersonKind.Organisation, Amount.Yuan(1000))], [await body.Paper()]);

    /// <summary>A matter that two people agreed is held for others.</summary>
    public static async Task<(long Matter, long Recipient)> Matter(this TestBody body, string recipient)
    {
        long matter = await body.Accountant.Run(await body.AskedMatter(recipient));
        await body.Reviewer.Run(new AgreeMatter(TestBody.Key, matter));
        return (matter, (await body.Accountant.Ask(new AgencyMatterPage(matter))).Row.Recipients.Single().PersonId);
    }
}
