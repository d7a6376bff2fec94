using CommunityFund.Grants.Registers;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>Promises of the funds beside the balance of 9101.</summary>
public sealed class CommitmentsModel : GrantRegisterPage
{
    public CommitmentRegisterView? Promises { get; private set; }

    public override bool HasDay => true;

    public override bool HasGrants => false;

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        Promises = await Answer(new CommitmentRegister(filter), takes);
        return new ShownRegister(Promises.Head, RegisterTable.Of(Promises, W), Promises.Rows.Count);
    }
}
