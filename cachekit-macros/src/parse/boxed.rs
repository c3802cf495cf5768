//! An `async fn` of which another macro has made a function that returns a boxed future.
//!
//! `#[async_trait]` does, if it stands before `#[cached]`; it leaves a lifetime of its own name.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{
    Block, Expr, GenericArgument, PathArguments, ReturnType, Signature, Stmt, Type, TypeParamBound,
};

use crate::ast::Boxed;

/// The future inside, if that is what the function is.
pub(super) fn read(sig: &Signature, body: &TokenStream) -> Option<Boxed> {
    sig.generics.lifetimes().find(|lifetime| lifetime.lifetime.ident == "async_trait")?;
    let output = output(&sig.output)?;
    let block: Block = syn::parse2(body.clone()).ok()?;
    let [Stmt::Expr(Expr::Call(call), None)] = &*block.stmts else { return None };
    let Some(Expr::Async(future)) = call.args.first() else { return None };
    let body = future.block.to_token_stream();
    Some(Boxed { call: (*call.func).clone(), output, body })
}

/// `T` of `Pin<Box<dyn Future<Output = T>>>`.
fn output(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, pin) = output else { return None };
    let Type::TraitObject(object) = argument(argument(pin)?)? else { return None };
    object.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let arguments = &bound.path.segments.last()?.arguments;
        let PathArguments::AngleBracketed(arguments) = arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(assoc.ty.clone()),
            _ => None,
        })
    })
}

/// The type inside `Pin<..>` or `Box<..>`.
fn argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let arguments = &path.path.segments.last()?.arguments;
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
