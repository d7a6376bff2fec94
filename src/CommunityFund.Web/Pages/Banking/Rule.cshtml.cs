using System.ComponentModel.DataAnnotations;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>One rule: what it looks at and what it proposes.</summary>
public sealed class RuleModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty]
    public RuleForm Form { get; set; } = new();

    public SuspenseItems? Choices { get; private set; }

    public IReadOnlyList<BankAccountItem> Accounts { get; private set; } = [];

    public bool MayChange { get; private set; }

    public async Task OnGetAsync()
    {
        await Show();
        if (Id is { } id && Choices is not null)
        {
            BankRuleItem? rule = (await Session.Ask(new BankRuleList(), Ct)).FirstOrDefault(row => row.Id == id);
            Form = rule is null ? Form : new RuleForm
            {
                Way = rule.Way,
                BankAccount = rule.BankAccount,
                Party = rule.Party,
                Words = rule.Words,
                Kind = rule.Kind,
                Fund = rule.Fund,
                Target = rule.Target,
                CashFlow = rule.CashFlow,
                Restriction = rule.Restriction,
                Narrative = rule.Narrative,
                Off = rule.Off,
            };
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        bool hasFund = Form.Kind is DisposalKind.Gift or DisposalKind.Expense or DisposalKind.Fee;
        bool hasTarget = Form.Kind is DisposalKind.Expense or DisposalKind.Transfer;
        if (ModelState.IsValid && await Try(() => Session.Run(new ChangeRule(
            FormKey, Id, Form.Way, Form.BankAccount, Form.Party ?? "", Form.Words ?? "", Form.Kind, hasFund ? Form.Fund : null,
            hasTarget ? Form.Target ?? "" : "", Form.Kind == DisposalKind.Expense ? Form.CashFlow ?? "" : "", hasFund
                ? Form.Restriction : null,
            Form.Narrative ?? "", Form.Off), Ct)))
        {
            Said = W["rules.saved"];
            return RedirectToPage("Rules");
        }

        await Show();
        return Page();
    }

    private async Task Show()
    {
        MayChange = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () =>
        {
            Choices = await Session.Ask(new SuspenseList(), Ct);
            Accounts = (await Session.Ask(new BankAccountList(), Ct)).Items;
        });
    }

    public sealed class RuleForm
    {
        public BankWay Way { get; set; }

        public int? BankAccount { get; set; }

        [StringLength(100)]
        public string? Party { get; set; }

        [StringLength(100)]
        public string? Words { get; set; }

        public DisposalKind Kind { get; set; }

        public int? Fund { get; set; }

        public string? Target { get; set; }

        public string? CashFlow { get; set; }

        public Restriction? Restriction { get; set; }

        [StringLength(200)]
        public string? Narrative { get; set; }

        public bool Off { get; set; }
    }
}
